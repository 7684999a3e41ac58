package io.penstock.relay.dialogue;

import io.penstock.access.Gate;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.credential.Credential;
import io.penstock.credential.Outbound;
import io.penstock.credential.Wallet;
import io.penstock.relay.Dialogues;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Openings;
import io.penstock.relay.leg.Party;
import io.penstock.relay.line.Faults;
import io.penstock.relay.line.Line;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Conversations over legs of their own, which are closed when all is said. */
final class HttpDialogues implements Dialogues {

    /** The gateway itself, which has nothing to offer to an upstream that asks. */
    private static final Party SELF = new Party("gateway", "{}", null, null);

    private final Gate gate;
    private final Wallet wallet;
    private final Function<Credential, Line> lines;
    private final Openings openings;
    private final DialogueSettings settings;

    /** @param lines makes the way to an upstream */
    HttpDialogues(
            Gate gate, Wallet wallet, Function<Credential, Line> lines, Openings openings, DialogueSettings settings) {
        this.gate = gate;
        this.wallet = wallet;
        this.lines = lines;
        this.openings = openings;
        this.settings = settings;
    }

    @Override
    public <T> Mono<T> hold(Gateway gateway, Function<Dialogue, Mono<T>> talk) {
        return hold(gateway, Mono.defer(() -> wallet.equip(gate.own(gateway))), talk);
    }

    @Override
    public <T> Mono<T> hold(Gateway gateway, Caller sender, Function<Dialogue, Mono<T>> talk) {
        return hold(gateway, Mono.defer(() -> wallet.equip(gate.own(gateway, sender))), talk);
    }

    private <T> Mono<T> hold(Gateway gateway, Mono<Outbound> outbound, Function<Dialogue, Mono<T>> talk) {
        return outbound.map(Outbound::credential)
                .map(lines)
                .flatMap(line -> hold(line, talk))
                .timeout(
                        settings.totalTimeout(),
                        Mono.error(() -> new Faults(gateway).timedOut("everything", settings.totalTimeout())));
    }

    private <T> Mono<T> hold(Line line, Function<Dialogue, Mono<T>> talk) {
        return Mono.usingWhen(
                openings.open(line, SELF),
                leg -> Mono.defer(() -> talk.apply(new LegDialogue(leg, line.faults()))),
                Leg::close,
                (leg, _) -> leg.close(),
                Leg::close);
    }
}
