"""The command line: a module per group of commands, and the forms of output apart from them."""
