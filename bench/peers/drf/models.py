"""The models, on tables that are there already."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from bench.peers.shared.formats import aware, iso8601, local_time, rfc822, time_remaining
from bench.peers.shared.rules import utc_now

models.CharField.register_lookup(Lower)


class User(AbstractBaseUser):
    """An account."""

    email = models.CharField(max_length=255, unique=True)
    password = models.CharField(max_length=100, db_column="password_hash")
    registered_on = models.DateTimeField()
    admin = models.BooleanField(default=False)
    public_id = models.CharField(max_length=36, unique=True)

    last_login = None
    USERNAME_FIELD = "email"

    class Meta:
        """The table."""

        managed = False
        db_table = "site_user"


class BlacklistedToken(models.Model):
    """A token that its owner has logged out."""

    jti = models.CharField(max_length=36, unique=True)
    blacklisted_on = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """The table."""

        managed = False
        db_table = "token_blacklist"


class Widget(models.Model):
    """A thing with a deadline."""

    name = models.CharField(max_length=100)
    info_url = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=utc_now)
    deadline = models.DateTimeField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT)

    class Meta:
        """The table."""

        managed = False
        db_table = "widget"
        constraints = (models.UniqueConstraint(Lower("name"), name="uq_widget_name_lower"),)

    @property
    def created_at_str(self) -> str:
        """Return when it was made, for people."""
        return local_time(self.created_at)

    @property
    def created_at_iso8601(self) -> str:
        """Return when it was made, for programs."""
        return iso8601(self.created_at)

    @property
    def created_at_rfc822(self) -> str:
        """Return when it was made, for older programs."""
        return rfc822(self.created_at)

    @property
    def deadline_str(self) -> str:
        """Return the deadline for people."""
        return local_time(self.deadline)

    @property
    def deadline_iso8601(self) -> str:
        """Return the deadline for programs."""
        return iso8601(self.deadline)

    def deadline_passed(self, now: datetime) -> bool:
        """Tell whether the deadline is over."""
        return now > aware(self.deadline)

    def time_remaining(self, now: datetime) -> str:
        """Return the time until the deadline, for people."""
        return time_remaining(self.deadline, now)
