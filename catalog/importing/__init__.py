"""Dealers' price lists: uploads with a preview, downloads, the way back."""
