"""Pages of messages and mails."""
