package io.penstock.catalog.database;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Slug;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Visibility;
import io.penstock.vault.Vault;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason.Invalid;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a draft makes of a stored gateway.
 *
 * @param changes whether anything differs
 * @param moves whether what was seen of the upstream no longer holds: another url, transport or credential; and where a private gateway is
 *     opened to others while the credential from before a rotation is kept, which its owner gave for themselves (decision 0006)
 * @param renames whether the slug differs
 * @param auth the credential to store, the present one where it does not differ
 * @param tls what TLS goes by, the same way; null for the platform's
 */
record Revision(
        boolean changes, boolean moves, boolean renames, Gateway.SealedAuth auth, Gateway.@Nullable SealedTls tls) {

    /** Throws {@code Invalid} where the stored credential would be sent somewhere else. */
    static Revision of(Gateway stored, Gateways.Draft draft, Sealing sealing) {
        var keeps = draft.auth() == null || draft.auth().equals(opened(stored, sealing));
        if (draft.auth() == null && stored.auth().sealed().length > 0 && !sameOrigin(stored.url(), draft.url())) {
            throw new Refusal(new Invalid(List.of(new Invalid.Field(
                    "url",
                    "leads to another server: send the credential again with it, so that the stored one cannot be"
                            + " pointed elsewhere"))));
        }
        var auth =
                keeps || draft.auth() == null ? stored.auth() : sealing.seal(stored.id(), stored.owner(), draft.auth());
        var tls = tls(stored, draft, sealing);
        var moves = !keeps
                || !Objects.equals(stored.tls(), tls)
                || !stored.url().equals(draft.url())
                || stored.transport() != draft.transport()
                || (stored.auth().kept() != null && opens(stored, draft));
        return new Revision(
                moves || !sameDescription(stored, draft),
                moves,
                !stored.slug().equals(Slug.of(draft.name())),
                auth,
                tls);
    }

    private static boolean opens(Gateway stored, Gateways.Draft draft) {
        return stored.visibility() == Visibility.PRIVATE && draft.visibility() != Visibility.PRIVATE;
    }

    private static Gateway.@Nullable SealedTls tls(Gateway stored, Gateways.Draft draft, Sealing sealing) {
        var before = stored.tls();
        var wanted = draft.tls();
        if (wanted == null && before != null && before.sealed().length > 0 && !sameOrigin(stored.url(), draft.url())) {
            throw new Refusal(new Invalid(List.of(new Invalid.Field(
                    "client_key", "must be sent again, because url now names another scheme, host or port"))));
        }
        return wanted == null || wanted.equals(openedTls(stored, sealing))
                ? before
                : sealing.seal(stored.id(), stored.owner(), wanted);
    }

    private static @Nullable UpstreamTls openedTls(Gateway stored, Sealing sealing) {
        try {
            return sealing.openTls(stored.id(), stored.owner(), stored.tls());
        } catch (Vault.SealBroken _) {
            return null;
        }
    }

    private static boolean sameDescription(Gateway stored, Gateways.Draft draft) {
        return stored.name().equals(draft.name())
                && Objects.equals(stored.description(), draft.description())
                && stored.visibility() == draft.visibility()
                && Objects.equals(stored.teamId(), draft.teamId())
                && stored.tags().equals(draft.tags())
                && stored.passthroughHeaders().equals(draft.passthroughHeaders())
                && Objects.equals(stored.checkInterval(), draft.checkInterval())
                && stored.driftPolicy() == draft.driftPolicy()
                && stored.repeatIdempotentCalls() == draft.repeatIdempotentCalls();
    }

    private static boolean sameOrigin(URI a, URI b) {
        return Objects.equals(a.getScheme(), b.getScheme())
                && Objects.equals(a.getHost(), b.getHost())
                && a.getPort() == b.getPort();
    }

    /** Null where it does not open: a credential that was sent again is the way to mend that. */
    private static @Nullable UpstreamAuth opened(Gateway stored, Sealing sealing) {
        try {
            return sealing.open(stored.id(), stored.owner(), stored.auth());
        } catch (Vault.SealBroken _) {
            return null;
        }
    }
}
