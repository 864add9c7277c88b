# Two stages: the sources, make and what pip leaves behind stay in the first. Its steps are the Makefile's own.
FROM python:3.12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make
ENV PIP_NO_CACHE_DIR=1
WORKDIR /src
# The packages first: a change in the code does not install them again.
COPY Makefile requirements.txt ./
RUN make VENV=/venv /venv/.packages
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY storage storage
RUN make VENV=/venv SELF=. /venv/.run

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
# For each role: what serves people is asked, what does not has left word.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot.health"]
# Inside a container, loopback would reach nobody.
CMD ["steward", "run", "--host", "0.0.0.0"]
