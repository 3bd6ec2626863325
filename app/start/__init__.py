"""What happens as the server starts."""
