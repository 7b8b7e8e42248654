class Proxies:
    """The proxies named in FORWARDED_ALLOW_IPS; `*` is whoever connects."""

    def __init__(self) -> None:
        text = os.environ.get("FORWARDED_ALLOW_IPS", "").strip()
        self._all = text == "*"
        try:
            names = [] if self._all else [name.strip() for name in text.split(",") if name.strip()]
            self._networks = [ip_network(name) for name in names]
        except ValueError as error:
            raise SystemExit(f"FORWARDED_ALLOW_IPS={text!r}: {error}") from None

    def trusts(self, address: str) -> bool:
        if self._all or not self._networks:
            return self._all
        try:
            return any(ip_address(address) in network for network in self._networks)
        except ValueError:
            return False

    def client(self, forwarded_for: str) -> str:
        """Return the last address that no proxy of ours has, as the ones before it are hearsay."""
        hops = [hop.strip() for hop in forwarded_for.split(",")]
        while len(hops) > 1 and not self._all and self.trusts(hops[-1]):
            hops.pop()
        return hops[-1]
