"""The staff door: accounts, roles and their scope, sessions, guard, audit."""
