"""Every context's rows, gathered for Django's registry only; nothing else imports this module."""

from lotwarden.custody.models import *  # noqa: F403 - the registry needs them all
from lotwarden.evidence.models import *  # noqa: F403
from lotwarden.identity.models import *  # noqa: F403
from lotwarden.inspections.models import *  # noqa: F403
from lotwarden.orders.models import *  # noqa: F403
