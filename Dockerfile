# segurdoc with all it runs: LibreOffice Writer without a display, the faces of the built-in templates, Tesseract in French.
#   docker build -t segurdoc .
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" segurdoc validate commandes/
FROM debian:12-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN python3 -m venv /opt/segurdoc \
 && /opt/segurdoc/bin/pip install --no-cache-dir "/src[ocr,signatures,web]" \
 && /opt/segurdoc/bin/python -m compileall -q /opt/segurdoc/lib

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates fontconfig fonts-dejavu-core fonts-noto-core libreoffice-writer-nogui python3 tesseract-ocr-fra tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 segurdoc \
 && install -d -o segurdoc -m 700 /state
COPY --from=build /opt/segurdoc /opt/segurdoc
# Whoever `docker run -u` names has no home here: this is a place that everybody can write to.
ENV PATH=/opt/segurdoc/bin:$PATH LANG=C.UTF-8 HOME=/tmp
USER segurdoc
WORKDIR /work
# An init: LibreOffice's own children are waited for.
ENTRYPOINT ["tini", "-s", "--", "segurdoc"]
CMD ["--help"]
