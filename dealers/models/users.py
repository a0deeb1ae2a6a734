"""Users of the workspace. Customers are not users: they follow signed links."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class Role(models.TextChoices):
    """What a user is; rights follow from it, see docs/security.md."""

    ADMINISTRATOR = "administrator", _("administrator")
    MANUFACTURER_MANAGER = "manufacturer_manager", _("manufacturer's manager")
    DEALER_MANAGER = "dealer_manager", _("dealer's manager")


class UserManager(BaseUserManager):
    """Creates users by e-mail."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(
            email, password, role=Role.ADMINISTRATOR, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the manufacturer or of a dealer. Deactivated, never deleted."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=24, choices=Role)
    dealer = models.ForeignKey(
        "dealers.Dealer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managers",
        verbose_name=_("dealer"),
    )
    is_head = models.BooleanField(
        _("head manager"),
        default=False,
        help_text=_("may invite and deactivate the dealer's managers"),
    )
    phone = PhoneNumberField(_("phone"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Moscow")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(role="dealer_manager", dealer__isnull=False)
                | (~models.Q(role="dealer_manager") & models.Q(dealer__isnull=True)),
                name="user_dealer_manager_has_dealer",
            ),
            models.CheckConstraint(
                condition=models.Q(is_head=False) | models.Q(role="dealer_manager"),
                name="user_head_is_dealer_manager",
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0]

    @property
    def is_staff(self):
        """Django admin is for superusers only."""
        return self.is_superuser

    @property
    def is_administrator(self):
        return self.role == Role.ADMINISTRATOR

    @property
    def is_manufacturer(self):
        """Sees every order: a manager or an administrator of the manufacturer."""
        return self.role in (Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER)

    @property
    def is_dealer(self):
        return self.role == Role.DEALER_MANAGER
