"""Excel workbooks (xlsx, xlsm) read as a stream: what a file says of its own size reaches no allocator."""
