"""A ready answer of ours beside a bare application that sends the very same bytes."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.asked import Answer, ask
from bench.ground import Ground
from bench.load import Load, Unmeasurable
from bench.servers import Ours, Server, bare_of, ours
from bench.sides import Compared, Side, side_by_side

CONNECTIONS = 16
BARE = "bare ASGI app, same bytes, same server"
NO_HEADERS: Mapping[str, str] = {}


@dataclass
class Reads:
    """The service on a small store, and bare applications as they are needed."""

    ground: Ground
    stack: ExitStack
    service: Server = field(init=False)

    def __post_init__(self) -> None:
        plan = self.ground.plan
        how = ours(Ours(self.ground.store()), plan.cores, plan.folder)
        self.service = self.stack.enter_context(how)

    def ready(
        self, target: str, headers: Mapping[str, str] = NO_HEADERS, *, status: int = 200
    ) -> Answer:
        """The answer to a target once it is ready. Raises Unmeasurable for another status."""
        ask(self.service.base, target, headers=headers)
        answer = ask(self.service.base, target, headers=headers)
        if answer.status != status:
            raise Unmeasurable(f"{target} is answered by {answer.status} instead of {status}")
        return answer

    def compare(
        self,
        target: str,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        status: int = 200,
        plain: bool = False,
    ) -> Compared:
        """Both sides, asked for one target with the same headers."""
        plan = self.ground.plan
        answers = {target: self.ready(target, headers, status=status)}
        with bare_of(answers, plan.cores, plan.folder, plain=plain) as bare:
            sides = {
                name: Side(
                    server, Load(server.base + target, headers=headers, connections=CONNECTIONS)
                )
                for name, server in (("ours", self.service), ("bare", bare))
            }
            found = side_by_side(plan, sides)
        return Compared(found["ours"], found["bare"])
