package io.penstock.api.entrance;

import io.penstock.access.Permission;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;

/** What a route demands of its caller, as its handler declares it. */
public sealed interface Rule {

    /**
     * Anybody.
     *
     * @param limited whether the requests of one address are limited
     */
    record Anybody(boolean limited) implements Rule {}

    /**
     * Whoever is identified.
     *
     * @param wholly whether a token is not enough that is for some of what its user may do
     */
    record Somebody(String action, String resource, boolean wholly) implements Rule {}

    /** Who has the permission. */
    record Holder(Permission permission, String action, String resource) implements Rule {}

    /** The rule of a handler; null where it declares none, which means that it is refused to everybody. */
    static @Nullable Rule of(HandlerMethod handler) {
        var open = handler.getMethodAnnotation(Open.class);
        if (open != null) {
            return new Anybody(open.limited());
        }
        var authenticated = handler.getMethodAnnotation(Authenticated.class);
        if (authenticated != null) {
            return new Somebody(authenticated.action(), authenticated.resource(), authenticated.wholly());
        }
        var needs = handler.getMethodAnnotation(Needs.class);
        if (needs != null) {
            return holder(needs.value(), needs.action(), "");
        }
        var shared = handler.getMethodAnnotation(NeedsOfKind.class);
        var offers = handler.getBeanType().getAnnotation(Offers.class);
        return shared == null || offers == null ? null : ofKind(shared.value(), offers);
    }

    private static Rule ofKind(NeedsOfKind.Verb verb, Offers offers) {
        var permission = switch (verb) {
            case READ -> offers.read();
            case UPDATE -> offers.update();
            case DELETE -> offers.delete();
        };
        return holder(permission, "", offers.kind().name().toLowerCase(Locale.ROOT));
    }

    private static Holder holder(Permission permission, String action, String resource) {
        var dot = permission.scope().indexOf('.');
        return new Holder(
                permission,
                action.isEmpty() ? permission.scope().substring(dot + 1) : action,
                resource.isEmpty() ? singular(permission.scope().substring(0, dot)) : resource);
    }

    private static String singular(String plural) {
        return plural.endsWith("s") ? plural.substring(0, plural.length() - 1) : plural;
    }
}
