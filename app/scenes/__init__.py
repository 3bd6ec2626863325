"""What pages show of a revision, as messages for the browser: for the app, handouts and sites alike; without Streamlit."""
