package io.penstock.api.oauth;

import static io.penstock.api.browser.Pages.escaped;

import io.penstock.api.browser.Pages;
import io.penstock.oauth.connect.Offer;
import java.util.List;

/** What a user sees before they are sent to agree, and after. */
final class ConnectPages {

    private ConnectPages() {}

    /** Browsers hold a form to these through every redirect that follows, and where those end the authorization server alone knows. */
    static String destinations(Offer offer) {
        boolean plain = "http".equals(offer.authorize().getScheme());
        return " https:" + (plain ? " http://" + offer.host() : "");
    }

    /** @param field what the form has to hold, in HTML */
    static String consent(Offer offer, String user, String field) {
        String gateway = escaped(offer.gateway().name());
        return Pages.page(
                "Connect your account to " + gateway,
                "<p>You are <strong>" + escaped(user) + "</strong>.</p>\n"
                        + "<p>You will be sent to <strong>" + escaped(offer.host())
                        + "</strong>. What you agree to there is used for your own calls to <strong>" + gateway
                        + "</strong>, which go to <strong>" + escaped(offer.upstream())
                        + "</strong>, and for nobody else's.</p>\n"
                        + resource(offer)
                        + scopes("It will be asked for", offer.scopes())
                        + "<form method=\"post\" action=\"/oauth/authorize/"
                        + offer.gateway().id() + "\">\n" + field + "\n<button type=\"submit\">Continue to "
                        + escaped(offer.host())
                        + "</button>\n</form>\n"
                        + "<p>Close this page where you did not ask for this.</p>");
    }

    static String ended(Outcome outcome) {
        String gateway = escaped(outcome.name());
        return outcome.status() == 200
                ? Pages.page(
                        "Your account is connected",
                        "<p>Your calls to <strong>" + gateway
                                + "</strong> use your own account there from now on.</p>\n"
                                + scopes("It gives", outcome.scopes())
                                + (outcome.missing().isEmpty()
                                        ? ""
                                        : scopes("It was asked for, too, and does not give", outcome.missing()))
                                + "<p>You can close this page.</p>")
                : Pages.page(
                        "Your account is not connected",
                        "<p>Your calls to <strong>" + gateway + "</strong> use no account. " + escaped(outcome.detail())
                                + ".</p>\n" + Pages.correlation(outcome.correlationId())
                                + "<p><a href=\"/oauth/authorize/"
                                + outcome.gateway() + "\">Try again</a></p>");
    }

    /** @param path of the page that asks */
    static Pages.Failure failure(String path) {
        return new Pages.Failure("Nothing was connected", "<p><a href=\"" + escaped(path) + "\">Try again</a></p>");
    }

    static String nothing() {
        return Pages.page("Nothing to show", "<p>Nothing was connected in this browser in the last minutes.</p>");
    }

    /** Where the server is not told, what it gives is good for what the scopes are of. */
    private static String resource(Offer offer) {
        return offer.server().takesResource()
                ? "<p>The token will be asked for <code>"
                        + escaped(offer.server().resource()) + "</code>.</p>\n"
                : "";
    }

    private static String scopes(String what, List<String> scopes) {
        return scopes.isEmpty() ? "" : "<p>" + what + ": <code>" + escaped(String.join(" ", scopes)) + "</code></p>\n";
    }
}
