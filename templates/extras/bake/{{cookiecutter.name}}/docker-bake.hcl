# Targets for `docker buildx bake`, on top of compose.yaml: its services `web` and `dev` are targets
# as they stand there, with the same image names, build arguments and secrets.

variable "REGISTRY" {
  description = "Where a release goes; capitals become small letters."
  default     = "registry.example.com"
}

variable "IMAGE" {
  description = "A release's name there."
  default     = "{{ cookiecutter.name }}"
}

variable "TAG" {
  description = "A release's version, such as 1.0.0."
  default     = ""
}

variable "SBOM_GENERATOR" {
  description = "The image that lists what is in a release; empty for no such list."
  default     = "docker/buildkit-syft-scanner:stable-1"
}

variable "BUILD_CACHE" {
  description = "A repository that keeps what the steps made, for other machines; empty for none."
  default     = ""
}

group "default" {
  targets = ["web"]
}

group "local" {
  targets = ["web", "dev"]
}

target "web" {
  description = "The service's image, as Compose builds it; reads BUILD_CACHE."
  cache-from  = BUILD_CACHE == "" ? [] : ["type=registry,ref=${BUILD_CACHE}:web"]
}

target "dev" {
  description = "The image with tools and tests, as Compose builds it; reads BUILD_CACHE."
  cache-from  = BUILD_CACHE == "" ? [] : ["type=registry,ref=${BUILD_CACHE}:dev"]
}

target "ci" {
  description = "The targets web and dev; writes to BUILD_CACHE what every step made."
  name        = "ci-${service}"
  matrix      = { service = ["web", "dev"] }
  inherits    = [service]
  cache-to    = BUILD_CACHE == "" ? [] : ["type=registry,mode=max,ref=${BUILD_CACHE}:${service}"]
}

target "release" {
  description = "The service's image for both platforms, the same bit for bit each time; pushes it."
  inherits    = ["web"]
  platforms   = ["linux/amd64", "linux/arm64"]
  tags = [
    # No image's name has blanks: without a version the build ends at once, with these words.
    contains(["", "latest"], TAG) ?
    "a release needs a version: TAG=1.0.0" : "${lower("${REGISTRY}/${IMAGE}")}:${TAG}",
  ]
  # The same time in every release: a commit's own would change all the layers.
  args = { SOURCE_DATE_EPOCH = 0 }
  # An image that stays in the engine is unpacked as well, and rewrite-timestamp refuses that.
  output = ["type=image,push=true,store=false,rewrite-timestamp=true"]
  attest = [
    "type=provenance,mode=max",
    SBOM_GENERATOR == "" ? "type=sbom,disabled=true" : "type=sbom,generator=${SBOM_GENERATOR}",
  ]
}

target "verify" {
  description = "Builds a release again, without cache, into image.tar: README, \"Bake\"."
  inherits    = ["release"]
  no-cache    = true
  tags        = []
  output      = ["type=oci,dest=image.tar,rewrite-timestamp=true"]
  attest      = ["type=provenance,disabled=true", "type=sbom,disabled=true"]
}
