package io.penstock.caller.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.penstock.ingress.Door;
import io.penstock.ingress.Sender;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the headers that name a user off every request, whoever sent them and however their names are written, and keeps what they say only
 * where a trusted proxy sent them: once each, as configured, with one plain value. Nothing behind it sees the headers, so nothing can
 * believe them or pass them on.
 */
final class IdentityHeaders implements Door {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityHeaders.class);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final boolean on;
    private final TrustedPeers trusted;
    private final HeaderValues values;
    private final Proof proof;
    private final InstantSource clock;
    private final List<String> watched;
    private volatile long told;

    IdentityHeaders(ProxySettings settings, TrustedPeers trusted, Proof proof, InstantSource clock) {
        this.on = settings.on();
        this.trusted = trusted;
        this.values = new HeaderValues(settings);
        this.proof = proof;
        this.clock = clock;
        var names = new ArrayList<>(List.of(Vouched.HEADER, settings.userHeader()));
        if (!settings.groupsHeader().isEmpty()) {
            names.add(settings.groupsHeader());
        }
        names.addAll(proof.headers());
        this.watched = List.copyOf(names);
    }

    @Override
    public @Nullable Reason refuse(HttpRequest request, Sender sender) {
        var headers = request.headers();
        List<String> found = found(headers);
        if (found.isEmpty()) {
            return null;
        }
        Vouched vouched = null;
        try {
            if (on && trusted.contains(sender.address().getAddress())) {
                vouched = read(request, sender, found);
            } else {
                tell(sender);
            }
        } catch (Refusal refusal) {
            return refusal.reason();
        }
        found.forEach(headers::remove);
        if (vouched != null) {
            headers.set(Vouched.HEADER, vouched.text());
        }
        return null;
    }

    /** The headers as they are written, each line by itself. */
    private List<String> found(HttpHeaders headers) {
        List<String> found = List.of();
        for (var it = headers.iteratorCharSequence(); it.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> header = it.next();
            if (isWatched(header.getKey())) {
                found = found.isEmpty() ? new ArrayList<>() : found;
                found.add(header.getKey().toString());
            }
        }
        return found;
    }

    private boolean isWatched(CharSequence name) {
        for (String one : watched) {
            if (HeaderValues.reads(name, one)) {
                return true;
            }
        }
        return false;
    }

    /** Null where nobody is named. Throws {@code Malformed} where it is not said in the one way that counts. */
    private @Nullable Vouched read(HttpRequest request, Sender sender, List<String> found) {
        for (int i = 0; i < found.size(); i++) {
            checkOnce(found, i);
        }
        String user = values.user(request.headers());
        var groups = values.groups(request.headers());
        var verdict = proof.of(request, sender, clock.instant());
        if (user == null && verdict.assertion() == null) {
            return null;
        }
        return new Vouched(user, groups, verdict.proven(), verdict.assertion(), clock.instant());
    }

    /** Once a minute at most: it is what an operator looks for whose proxy connects from another address than the settings say. */
    private void tell(Sender sender) {
        long now = clock.millis();
        if (on && now - told >= BETWEEN_WARNINGS.toMillis()) {
            told = now;
            LOG.warn(
                    "What a request from {} says of its user was dropped: the address is none of TRUSTED_PROXY_CIDRS",
                    sender.address().getAddress().getHostAddress());
        }
    }

    private void checkOnce(List<String> found, int index) {
        String name = found.get(index);
        if (watched.stream().noneMatch(name::equalsIgnoreCase)) {
            throw malformed("The header " + name + " is another spelling of one that names the user");
        }
        if (found.subList(0, index).stream().anyMatch(name::equalsIgnoreCase)) {
            throw malformed("The header " + name + " is there more than once");
        }
    }

    static Refusal malformed(String detail) {
        return new Refusal(new Reason.Malformed(detail));
    }
}
