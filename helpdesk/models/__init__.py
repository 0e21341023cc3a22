"""Vendors, people and business calendars."""

from helpdesk.models.beat import Beat
from helpdesk.models.calendars import BusinessCalendar, Holiday, OpeningHours, SpecialHours
from helpdesk.models.people import Agent, Company, Contact, Region, Team, TeamMembership, User
from helpdesk.models.tokens import APIToken
from helpdesk.models.vendor import ProcessVersion, Vendor

__all__ = [
    "APIToken",
    "Agent",
    "Beat",
    "BusinessCalendar",
    "Company",
    "Contact",
    "Holiday",
    "OpeningHours",
    "ProcessVersion",
    "Region",
    "SpecialHours",
    "Team",
    "TeamMembership",
    "User",
    "Vendor",
]
