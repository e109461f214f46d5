"""Units, people and their roles for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from units.models import Cluster, Membership, Role, Unit, UnitKind, User


class OrganiserFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Ủy ban nhân dân phường {n + 1}")
    code = factory.Sequence(lambda n: f"UBND-{n + 1}")
    kind = UnitKind.ORGANISER
    agency_lines = "ỦY BAN NHÂN DÂN\nPHƯỜNG MẪU"
    place = "Phường Mẫu"
    symbol = "UBND"
    phone = "0225 3000 000"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Tổ dân phố {n + 1}")
    code = factory.Sequence(lambda n: f"TDP-{n + 1}")
    kind = UnitKind.RESIDENTIAL
    organiser = factory.SubFactory(OrganiserFactory)


class ClusterFactory(DjangoModelFactory):
    class Meta:
        model = Cluster

    organiser = factory.SubFactory(OrganiserFactory)
    name = factory.Sequence(lambda n: f"Cụm thi đua số {n + 1}")


def _role(role):
    """A factory argument that gives the new person a role at the unit passed with it."""

    @factory.post_generation
    def hold(user, create, unit, **membership):
        if unit is not None:
            MembershipFactory(user=user, unit=unit, role=role, **membership)

    return hold


class UserFactory(DjangoModelFactory):
    """A person who cannot sign in with a password unless one is given: `UserFactory(reporter_of=unit)`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi-dung-{n + 1}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn Mẫu {n + 1}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    reporter_of = _role(Role.REPORTER)
    head_of = _role(Role.HEAD)
    staff_of = _role(Role.STAFF)
    office_of = _role(Role.OFFICE)
    leader_of = _role(Role.LEADER)
    admin_of = _role(Role.ADMIN)

    @classmethod
    def _create(cls, model, *args, password=None, **fields):
        return model.objects.create_user(*args, password=password, **fields)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.REPORTER
    starts_on = date(2020, 1, 1)
