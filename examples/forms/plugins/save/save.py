import os
import sqlite3

from parley import emit, on, provide

folder = os.environ.get("FORMS_DATA", "../../output")
os.makedirs(folder, exist_ok=True)
database = sqlite3.connect(os.path.join(folder, "forms.sqlite"), isolation_level=None)
database.row_factory = sqlite3.Row
database.execute("CREATE TABLE IF NOT EXISTS forms (id TEXT PRIMARY KEY, name TEXT, email TEXT, message TEXT)")


@on("form:accepted")
def save(form):
    # An event comes at least once: the second time it changes nothing.
    database.execute("INSERT OR IGNORE INTO forms VALUES (:id, :name, :email, :message)", form)
    emit("form:saved", {"id": form["id"], "name": form["name"]})


@provide("forms.list")
def list_forms(last=10):
    rows = database.execute("SELECT id, name, message FROM forms ORDER BY rowid DESC LIMIT ?", (last,))
    return [dict(row) for row in rows]
