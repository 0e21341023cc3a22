# One image for web, worker, beat and migrations: the command makes the difference (docker-compose.yml).
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt .
RUN python -m pip install --require-hashes -r requirements.txt

COPY . .
# The key serves nobody: static files need settings, not secrets. Files that people send live in var/files.
RUN useradd --system --uid 10001 --no-create-home helpdesk \
    && HELPDESK_SECRET_KEY=only-for-the-build python manage.py collectstatic --noinput -v0 \
    && install --directory --owner helpdesk --group helpdesk var/files var/mail var/beat

USER helpdesk
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "helpdesk.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "25", \
     "--no-control-socket"]
