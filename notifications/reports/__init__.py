"""Reports on paper and on screen: a frozen value in, a document out."""
