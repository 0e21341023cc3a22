"""The migration operation that lets the database itself keep vendors apart."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {table}
    USING (vendor_id = (SELECT app_vendor_id())) WITH CHECK (vendor_id = (SELECT app_vendor_id()));
ALTER TABLE {table} ADD CONSTRAINT {twin} UNIQUE (vendor_id, id);
"""
UNDO_POLICY = """
ALTER TABLE {table} DROP CONSTRAINT {twin} CASCADE;
DROP POLICY tenant ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
TWIN_KEY = """
ALTER TABLE {table} ADD CONSTRAINT {name}
    FOREIGN KEY (vendor_id, {column}) REFERENCES {target} (vendor_id, id) DEFERRABLE INITIALLY DEFERRED;
"""


class Isolate(Operation):
    """Row security, the key (vendor_id, id) and twin foreign keys for new tenant tables.

    Plain foreign key checks do not obey row security, so each one between tenant tables is doubled
    by a key that carries the vendor along.
    """

    reduces_to_sql = True

    def __init__(self, *names: str) -> None:
        self.names = names

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, list(self.names), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django keeps in its state changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        tables = [to_state.apps.get_model(app_label, name) for name in self.names]
        for model in tables:
            schema_editor.execute(POLICY.format(table=model._meta.db_table, twin=_twin(model)))
        for model in tables:
            for field in tenant_foreign_keys(model):
                schema_editor.execute(twin_key_sql(model, field))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for name in reversed(self.names):
            model = from_state.apps.get_model(app_label, name)
            for field in tenant_foreign_keys(model):
                schema_editor.execute(
                    f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT IF EXISTS {_key(model, field)}"
                )
            schema_editor.execute(UNDO_POLICY.format(table=model._meta.db_table, twin=_twin(model)))

    def describe(self) -> str:
        return f"Keep vendors apart in {', '.join(self.names)}"


class IsolateFields(Operation):
    """Twin keys for foreign keys that are added to a tenant table later."""

    reduces_to_sql = True

    def __init__(self, name: str, *fields: str) -> None:
        self.name, self.fields = name, fields

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.name, *self.fields], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django keeps in its state changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        for field in self.fields:
            schema_editor.execute(twin_key_sql(model, model._meta.get_field(field)))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.name)
        for field in self.fields:
            key = _key(model, model._meta.get_field(field))
            schema_editor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT IF EXISTS {key}")

    def describe(self) -> str:
        return f"Keep vendors apart in {', '.join(self.fields)} of {self.name}"


def is_tenant(model: type[models.Model]) -> bool:
    """Whether rows of `model` belong to a vendor."""
    return any(field.name == "vendor" for field in model._meta.local_fields)


def tenant_foreign_keys(model: type[models.Model]) -> list[Any]:
    """The foreign keys of a tenant model that point to tenant models."""
    return [
        field
        for field in model._meta.local_fields
        if field.is_relation and field.name != "vendor" and is_tenant(field.related_model)  # type: ignore[arg-type]
    ]


def twin_key_sql(model: type[models.Model], field: Any) -> str:
    """The statement that adds the composite key beside `field`'s own one."""
    return TWIN_KEY.format(
        table=model._meta.db_table,
        name=_key(model, field),
        column=field.column,
        target=field.related_model._meta.db_table,
    )


def _twin(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_twin"


def _key(model: type[models.Model], field: Any) -> str:
    return f"{model._meta.db_table}_{field.column}_twin"
