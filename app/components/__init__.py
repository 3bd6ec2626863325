"""What own code draws in the browser: a folder for each component, and the modules of the page in js/."""
