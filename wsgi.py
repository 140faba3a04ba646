"""The WSGI application that servers load: `wsgi:application`."""

from survey.app import create_app
from survey.assets import served_by_whitenoise

app = create_app()
application = served_by_whitenoise(app, app.extensions["sipas.settings"].data)
