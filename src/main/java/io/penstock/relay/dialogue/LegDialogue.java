package io.penstock.relay.dialogue;

import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.line.Faults;
import io.penstock.relay.line.OtherEra;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A conversation over a leg: only responses matter, and what an upstream asks in between is refused. */
final class LegDialogue implements Dialogue {

    private final Leg leg;
    private final Faults faults;

    LegDialogue(Leg leg, Faults faults) {
        this.leg = leg;
        this.faults = faults;
    }

    @Override
    public Greeting greeting() {
        var said = leg.greeting();
        return new Greeting(said.version().text(), said.transport(), said.capabilities(), said.serverInfo());
    }

    @Override
    public Mono<String> request(String method, @Nullable String params) {
        return leg.ask(new Message.Asked("0", method, params))
                .concatMap(message -> switch (message) {
                    case Message.Asked asked ->
                        leg.answer(asked, Leg.NOBODY).onErrorComplete().then(Mono.<String>empty());
                    case Message.Told _ -> Mono.<String>empty();
                    case Message.Result result -> Mono.just(result.result());
                    case Message.Failure failure -> Mono.<String>error(error(failure.code(), method));
                })
                .next()
                .onErrorMap(OtherEra.class, OtherEra::refusal)
                .onErrorMap(LegDialogue::isEnded, _ -> faults.broken(method, "by ending the session: try again"));
    }

    /** What the upstream says in words is not told: it could repeat the credential. */
    private UpstreamError error(int code, String method) {
        return new UpstreamError(code, faults.error(code, method).reason().detail());
    }

    private static boolean isEnded(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.SessionEnded;
    }
}
