"""Commands that only touch the tracker; the `zesei` command mounts them."""
