package io.penstock.api.oauth;

import io.penstock.api.entrance.Problem;
import io.penstock.oauth.connect.Connecting.Ending;
import io.penstock.oauth.connect.Connecting.Ending.Agreed;
import io.penstock.oauth.connect.Connecting.Ending.Failed;
import java.util.List;
import java.util.UUID;

/**
 * What came of connecting an account, as its page tells it.
 *
 * @param status of the page
 * @param detail why it did not come about; empty where it did
 * @param missing what was asked for and not given
 */
record Outcome(
        UUID gateway,
        String name,
        int status,
        String detail,
        List<String> scopes,
        List<String> missing,
        String correlationId) {

    private static final int LONGEST_LIST = 500;

    Outcome {
        scopes = List.copyOf(scopes);
        missing = List.copyOf(missing);
    }

    static Outcome of(Ending ending, String correlationId) {
        UUID id = ending.gateway().id();
        String name = ending.gateway().name();
        return switch (ending) {
            case Agreed agreed ->
                new Outcome(id, name, 200, "", cut(given(agreed)), cut(missing(agreed)), correlationId);
            case Failed failed ->
                new Outcome(
                        id,
                        name,
                        Problem.status(failed.refusal().reason()),
                        failed.refusal().reason().detail(),
                        List.of(),
                        List.of(),
                        correlationId);
        };
    }

    /** What was granted; what a server does not say is what it was asked for (RFC 6749, 5.1). */
    static List<String> given(Agreed agreed) {
        List<String> said = agreed.granted().scopes();
        return said == null ? agreed.offer().scopes() : said;
    }

    static List<String> missing(Agreed agreed) {
        List<String> given = given(agreed);
        return agreed.offer().scopes().stream()
                .filter(scope -> !given.contains(scope))
                .toList();
    }

    /** It has to fit into a cookie. */
    private static List<String> cut(List<String> scopes) {
        int length = 0;
        int count = 0;
        while (count < scopes.size() && length + scopes.get(count).length() < LONGEST_LIST) {
            length += scopes.get(count++).length() + 1;
        }
        return scopes.subList(0, count);
    }
}
