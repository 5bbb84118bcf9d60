# Both images keep Python in the same place, so the virtual environment of the first works in the second
# as long as it stays at the path where it was made.
ARG PYTHON=3.13

FROM python:${PYTHON} AS builder
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1
COPY Makefile requirements.lock ./
# The same step as on a laptop: every package pinned, every hash checked.
RUN make .venv/.run
# Nothing is installed later.
RUN .venv/bin/python -m pip uninstall --quiet --yes pip

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin zoetrope \
    && install --directory --owner=10001 --group=10001 --mode=700 /data
WORKDIR /app
COPY --from=builder /app/.venv .venv
COPY LICENSE ./
COPY bot bot
COPY cogs cogs
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ZOETROPE_STORAGE__URL=sqlite:////data/zoetrope.db \
    ZOETROPE_HTTP__LISTEN=127.0.0.1:8080
# The bot cannot write here, so its bytecode is made now; unchecked, as the sources do not change any more.
RUN python -m compileall -q --invalidation-mode unchecked-hash bot cogs
# A number, so that a runtime can tell that it is not root.
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
