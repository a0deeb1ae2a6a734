# Browser assets, from the lock file.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts

# Python packages, compiled translations, collected static files.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt .
RUN pip install --requirement requirements.txt
WORKDIR /app
COPY . .
COPY --from=assets /app/node_modules node_modules
RUN python -m suz.local.assets --copy-only \
    && export SECRET_KEY=only-while-building DATABASE_URL=postgres:///none \
    && python manage.py translations --compile \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules \
    && mkdir -p media private

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home suz
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
RUN chown suz:suz media private
USER suz
EXPOSE 8000
# Only the proxy in front reaches the port, so its X-Forwarded-* headers are believed.
ENV FORWARDED_ALLOW_IPS=*
CMD ["gunicorn", "suz.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "3", "--threads", "8", "--timeout", "60", "--graceful-timeout", "30", \
     "--worker-tmp-dir", "/dev/shm"]
