"""The routes that the server offers beside Streamlit's, and the checks and headers that apply to all requests."""
