"""The WSGI application that servers load: `wsgi:application`."""

from werkzeug.middleware.proxy_fix import ProxyFix

from survey.app import create_app
from survey.assets import served_by_whitenoise

app = create_app()
# A reverse proxy says whether the browser came by HTTPS; its word on addresses is not asked for.
application = ProxyFix(
    served_by_whitenoise(app, app.extensions["sipas.settings"].data), x_for=0, x_proto=1
)
