"""Channels, and the rules by which a visit falls into one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """A kind of way to the site: direct, organic search, paid search, …

    ``code`` is for the program; ``is_paid`` says that its visits are expected to have a cost.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_paid = models.BooleanField(_("paid"), default=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class ChannelRule(models.Model):
    """What source, medium and campaign must look like for a channel; the first that fits wins.

    Each pattern is a list of words parted by commas, ``*`` standing for anything, without case; an
    empty one fits everything. What no rule fits is a referral.
    """

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="rules", verbose_name=_("channel")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    medium = models.CharField(_("medium"), max_length=300, blank=True)
    campaign = models.CharField(_("campaign"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of a channel")
        verbose_name_plural = _("rules of channels")
        ordering = ["position", "id"]

    def __str__(self):
        return f"{self.position}: {self.channel_id}"
