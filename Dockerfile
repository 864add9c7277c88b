# Two stages: the sources and what pip leaves behind stay in the first.
FROM python:3.12-slim AS build
RUN python -m venv /venv
WORKDIR /src
# The packages first: a change in the code does not install them again.
COPY requirements.txt ./
RUN /venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY storage storage
RUN /venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STEWARD_DATA_DIR=/data
# A fixed number, so that a mounted folder can be given to it: chown 10001 the-folder
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin steward \
    && mkdir /data && chown steward: /data
COPY --from=build /venv /venv
USER steward
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# Inside a container, loopback would reach nobody.
CMD ["steward", "run", "--host", "0.0.0.0"]
