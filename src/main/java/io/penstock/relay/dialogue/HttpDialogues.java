package io.penstock.relay.dialogue;

import io.penstock.access.Gate;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Transport;
import io.penstock.credential.Wallet;
import io.penstock.relay.Dialogues;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Tries the eras that a gateway's transport allows, what was seen last first, and never concludes one from a failure that says nothing. */
final class HttpDialogues implements Dialogues {

    private final Gate gate;
    private final Wallet wallet;
    private final HttpClient client;
    private final HttpClient streams;
    private final DialogueSettings settings;

    HttpDialogues(Gate gate, Wallet wallet, HttpClient client, HttpClient streams, DialogueSettings settings) {
        this.gate = gate;
        this.wallet = wallet;
        this.client = client;
        this.streams = streams;
        this.settings = settings;
    }

    @Override
    public <T> Mono<T> hold(Gateway gateway, Function<Dialogue, Mono<T>> talk) {
        return Mono.defer(() -> wallet.equip(gate.own(gateway)))
                .map(outbound -> new Peer(client, streams, outbound, settings))
                .flatMap(peer -> attempt(peer, eras(gateway), null, talk))
                .timeout(
                        settings.totalTimeout(),
                        Mono.error(() -> new Faults(gateway, settings.totalTimeout()).timedOut("everything")));
    }

    /** Tries the first era, and the others where it is not the upstream's; {@code told} is what the one before said. */
    private <T> Mono<T> attempt(Peer peer, List<Era> eras, @Nullable Refusal told, Function<Dialogue, Mono<T>> talk) {
        Era era = eras.getFirst();
        var others = eras.subList(1, eras.size());
        return speak(era, peer, talk).onErrorResume(OtherEra.class, other -> {
            // What a GET answers explains less than what the POST before it did.
            Refusal why = era == Era.HTTP_SSE && told != null ? told : other.refusal();
            return others.isEmpty() ? Mono.error(why) : attempt(peer, others, why, talk);
        });
    }

    private static <T> Mono<T> speak(Era era, Peer peer, Function<Dialogue, Mono<T>> talk) {
        return switch (era) {
            case STATELESS -> Stateless.hold(peer, talk);
            case SESSIONS -> Sessions.hold(peer, talk);
            case HTTP_SSE -> EventStream.hold(peer, talk);
        };
    }

    private static List<Era> eras(Gateway gateway) {
        var allowed = allowed(gateway.transport());
        Era last = last(gateway.status());
        return last == null || !allowed.contains(last)
                ? allowed
                : Stream.concat(Stream.of(last), allowed.stream().filter(era -> era != last))
                        .toList();
    }

    private static List<Era> allowed(Transport transport) {
        return switch (transport) {
            case AUTO -> List.of(Era.STATELESS, Era.SESSIONS, Era.HTTP_SSE);
            case STREAMABLEHTTP -> List.of(Era.STATELESS, Era.SESSIONS);
            case SSE -> List.of(Era.HTTP_SSE);
        };
    }

    private static @Nullable Era last(Gateway.Status status) {
        if ("sse".equals(status.transportInUse())) {
            return Era.HTTP_SSE;
        }
        String text = status.protocolVersion();
        var version = text == null ? null : ProtocolVersion.find(text);
        if (version == null) {
            return null;
        }
        return version.era() == Era.STATELESS ? Era.STATELESS : Era.SESSIONS;
    }
}
