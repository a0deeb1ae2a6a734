"""The outbox of what other systems are told: following what happens, sending, logs.

Shared by LeadsDB (analytics.leadsdb) and dealers' webhooks (analytics.webhooks): these say what is
to be told and how it is written, this says when it is sent and what becomes of it.
"""
