# syntax=docker/dockerfile:1
# One image for everything: kafkaadmin up, or web, worker, beat, migrate. Nothing that builds is in the last stage.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/kafkaadmin
COPY requirements/base.txt requirements/build.txt /build/requirements/
RUN python -m venv /build/tools && /build/tools/bin/pip install --require-hashes -r /build/requirements/build.txt
RUN /opt/kafkaadmin/bin/pip install --require-hashes -r /build/requirements/base.txt
COPY . /build/source
RUN /build/tools/bin/pip wheel --no-deps --no-build-isolation -w /build/wheel /build/source
RUN /opt/kafkaadmin/bin/pip install --no-deps /build/wheel/*.whl
# Static files under names that hold their content's hash, compressed; the key is made for this command alone.
RUN KAFKAADMIN_DATA_DIR=/build/data KAFKAADMIN_STATIC_ROOT=/opt/kafkaadmin/static DJANGO_SETTINGS_MODULE=kafkaadmin.settings /opt/kafkaadmin/bin/django-admin collectstatic --noinput
RUN /opt/kafkaadmin/bin/pip uninstall --yes pip setuptools && find /opt/kafkaadmin -name '*.po' -delete

FROM python:3.11-slim
LABEL org.opencontainers.image.title="kafkaadmin" \
      org.opencontainers.image.description="A web admin UI for Apache Kafka" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/kafkaadmin kafkaadmin \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/kafkaadmin
COPY --from=build /opt/kafkaadmin /opt/kafkaadmin
ENV PATH=/opt/kafkaadmin/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 KAFKAADMIN_DATA_DIR=/var/lib/kafkaadmin KAFKAADMIN_STATIC_ROOT=/opt/kafkaadmin/static
USER 10001:10001
WORKDIR /var/lib/kafkaadmin
VOLUME /var/lib/kafkaadmin
EXPOSE 8080 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["kafkaadmin"]
CMD ["up", "--host", "0.0.0.0", "--port", "8080"]
