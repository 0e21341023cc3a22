"""People in the admin: addresses in lower case, logins and their mails, sentences for what is taken."""

from typing import Any

from django.core import mail

from helpdesk.models import Agent, Company, Contact, Team, TeamMembership, User
from helpdesk.tenancy import acting_for
from tests.admin.pages import said, sent_by
from tests.people import make_company, make_contact, make_user

ADD_CONTACT = "/acme/admin/helpdesk/contact/add/"
ADD_AGENT = "/acme/admin/helpdesk/agent/add/"


def send(browser: Any, address: str, **changes: Any) -> Any:
    return browser.post(address, {**sent_by(browser.get(address)), **changes})


def company(vendor: Any) -> Company:
    with acting_for(vendor):
        return make_company("Beta")


def test_a_contact_gets_a_login_and_a_mail_to_set_a_password(
    at_acme: Any, vendor: Any, django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    facts = {"company": company(vendor).pk, "name": "New contact", "email": "New@Beta.example", "make_login": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = send(at_acme, ADD_CONTACT, **facts)

    assert answer.status_code == 302
    with acting_for(vendor):
        contact = Contact.objects.get(email="new@beta.example")
        assert contact.user.email == "new@beta.example"
        assert not contact.user.has_usable_password()
    assert [message.to for message in mail.outbox] == [["new@beta.example"]]
    assert "/acme/accounts/password/reset/key/" in mail.outbox[0].body


def test_a_contact_needs_no_login(at_acme: Any, vendor: Any) -> None:
    send(at_acme, ADD_CONTACT, company=company(vendor).pk, name="New contact", email="new@beta.example")

    with acting_for(vendor):
        assert Contact.objects.get(email="new@beta.example").user is None
    assert not User.objects.filter(email="new@beta.example").exists()


def test_taken_addresses_and_names_are_said_plainly(at_acme: Any, vendor: Any) -> None:
    beta = company(vendor)
    with acting_for(vendor):
        make_contact(beta, email="known@beta.example")

    contact = send(at_acme, ADD_CONTACT, company=beta.pk, name="Again", email="Known@beta.example")
    again = send(at_acme, "/acme/admin/helpdesk/company/add/", name="Beta")

    assert contact.context["adminform"].form.errors["email"] == ["This contact e-mail address is taken."]
    assert again.context["adminform"].form.errors["name"] == ["This company name is taken."]


def test_an_agent_is_named_by_e_mail_and_joins_teams(at_acme: Any, vendor: Any) -> None:
    user = make_user("somebody@elsewhere.example")
    with acting_for(vendor):
        desk = Team.objects.get(code="desk")

    answer = send(
        at_acme,
        ADD_AGENT,
        **{
            "email": "Somebody@Elsewhere.example",
            "name": "New agent",
            "role": "agent",
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-team": desk.pk,
        },
    )
    again = send(at_acme, ADD_AGENT, email="somebody@elsewhere.example", name="Again")

    assert answer.status_code == 302
    with acting_for(vendor):
        agent = Agent.objects.get(name="New agent")
        assert agent.user == user
        assert TeamMembership.objects.filter(agent=agent, team=desk).exists()
    assert "This person is an agent already." in said(again)


def test_a_refused_agent_leaves_no_login_behind(at_acme: Any, vendor: Any) -> None:
    send(at_acme, ADD_AGENT, email="nobody@elsewhere.example", name="", role="agent")

    assert not User.objects.filter(email="nobody@elsewhere.example").exists()


def test_nobody_takes_the_own_platform_rights_away(platform: Any) -> None:
    me = User.objects.get(email="platform@helpdesk.example")
    address = f"/admin/helpdesk/user/{me.pk}/change/"
    data = {name: value for name, value in sent_by(platform.get(address)).items() if name != "is_platform_admin"}

    page = platform.post(address, data)

    assert "You cannot take your own rights away" in said(page)
    me.refresh_from_db()
    assert me.is_platform_admin
