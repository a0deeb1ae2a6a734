"""The manufacturer's desk of quality: what customers wait for, and how dealers do."""
