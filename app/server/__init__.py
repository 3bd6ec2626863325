"""What a page asks of the server beside Streamlit, and the one guard before all of it."""
