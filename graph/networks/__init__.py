"""The numerics of networks: control, integrated ownership, linear programs."""
