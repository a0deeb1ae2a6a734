"""Who can log in to the demo."""

PASSWORD = "suz-demo-2026"  # noqa: S105 - printed on the screen of every demo

ADMINISTRATOR_EMAIL = "admin@suz.demo"
MANAGER_EMAIL = "manager@suz.demo"
HEAD_EMAIL = "dealer@suz.demo"
NEWCOMER_EMAIL = "novice@suz.demo"
ROOT_EMAIL = "root@suz.demo"

# A Moscow dealer that joined a few weeks ago and has few points yet.
NEWCOMER = "Панельный Причал"


def logins():
    """One login per role: dicts with ``role`` (in Russian), ``email`` and ``password``."""
    return [
        {"role": role, "email": email, "password": PASSWORD}
        for role, email in (
            ("Администратор СУЗ", ADMINISTRATOR_EMAIL),
            ("Менеджер производителя", MANAGER_EMAIL),
            ("Старший менеджер дилера (много баллов)", HEAD_EMAIL),
            ("Менеджер дилера-новичка (мало баллов)", NEWCOMER_EMAIL),
            ("Суперпользователь (Django admin)", ROOT_EMAIL),
        )
    ]
