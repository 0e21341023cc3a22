"""Addresses of the agent portal."""

from django.urls import path

from portal.agent.views import escalations, lists, mails, on_call, phone, procedures, suspended, ticket, work
from tickets.queries.lists import VIEWS

app_name = "agent"
urlpatterns = [
    path("", lists.home, name="home"),
    *(path(f"{view}/", lists.ticket_list, {"view": view}, name=view) for view in VIEWS),
    path("queue/<str:code>/", lists.queue, name="queue"),
    path("search/", lists.search, name="search"),
    path("new/", phone.new_ticket, name="new_ticket"),
    path("on-call/", on_call.on_call, name="on_call"),
    path("suspended/", suspended.suspended, name="suspended"),
    path("suspended/<int:pk>/", suspended.suspended_mail, name="suspended_mail"),
    path("suspended/<int:pk>/original/", suspended.suspended_original, name="suspended_original"),
    path("suspended/<int:pk>/release/", suspended.release_mail, name="release_mail"),
    path("suspended/<int:pk>/add/", suspended.add_mail, name="add_mail"),
    path("suspended/<int:pk>/discard/", suspended.discard_mail, name="discard_mail"),
    path("suspended/<int:pk>/block/", suspended.block_sender, name="block_sender"),
    # A vendor's number may hold a slash, so the shortest of these patterns stands last.
    path("tickets/<path:number>/reply/", ticket.say, {"mode": "reply"}, name="reply"),
    path("tickets/<path:number>/note/", ticket.say, {"mode": "note"}, name="note"),
    path("tickets/<path:number>/call/", ticket.say, {"mode": "call"}, name="call"),
    path("tickets/<path:number>/take/", ticket.take, name="take"),
    path("tickets/<path:number>/assign/", ticket.assign, name="assign"),
    path("tickets/<path:number>/move/", ticket.move, name="move"),
    path("tickets/<path:number>/severity/", ticket.severity, name="severity"),
    path("tickets/<path:number>/status/", ticket.status, name="status"),
    path("tickets/<path:number>/arrangement/", ticket.arrangement, name="arrangement"),
    path("tickets/<path:number>/split/", ticket.split, name="split"),
    path("tickets/<path:number>/classify/", ticket.classify, name="classify"),
    path("tickets/<path:number>/answer/", ticket.answer, name="answer"),
    path("tickets/<path:number>/version/", ticket.version, name="version"),
    path("tickets/<path:number>/level/", ticket.level, name="level"),
    path("tickets/<path:number>/call_in/", ticket.call_in, name="call_in"),
    path("tickets/<path:number>/step/", procedures.step, name="step"),
    path("tickets/<path:number>/voicemail/", procedures.voicemail, name="voicemail"),
    path("tickets/<path:number>/work/", work.log, name="work"),
    path("tickets/<path:number>/estimate/", work.estimate, name="estimate"),
    path("tickets/<path:number>/outside/", work.outside, name="outside"),
    path("tickets/<path:number>/page/", on_call.page, name="page"),
    path("tickets/<path:number>/acknowledge/", on_call.acknowledge, name="acknowledge"),
    path("tickets/<path:number>/escalate/", escalations.escalate, name="escalate"),
    path("tickets/<path:number>/answer_escalation/", escalations.answer_escalation, name="answer_escalation"),
    path("tickets/<path:number>/close_escalation/", escalations.close_escalation, name="close_escalation"),
    path("tickets/<path:number>/mails/<int:seq>/", mails.mail, name="mail"),
    path("tickets/<path:number>/mails/<int:seq>/layout/", mails.mail_layout, name="mail_layout"),
    path("tickets/<path:number>/mails/<int:seq>/original/", mails.mail_original, name="mail_original"),
    path("tickets/<path:number>/reveal/", ticket.reveal, name="reveal"),
    path("tickets/<path:number>/", ticket.ticket, name="ticket"),
]
