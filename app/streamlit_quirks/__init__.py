"""What the server does about behaviour of Streamlit that a later version may mend: docs/development/streamlit_quirks.md."""
