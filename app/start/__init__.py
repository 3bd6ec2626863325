"""What the server does when it starts."""
