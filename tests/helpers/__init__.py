"""What tests share: pages without a browser, browsers, toy models, command-line runs, files of images and plug-ins."""
