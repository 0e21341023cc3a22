"""From a bare checkout to a running system: servers, roles, steps and the supervisor; knows no Django."""
