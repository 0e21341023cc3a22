"""Process files: a vendor's whole process as one readable file, checked, applied, dumped and rolled back."""
