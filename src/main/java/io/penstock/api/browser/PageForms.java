package io.penstock.api.browser;

import io.penstock.caller.flow.Papers;
import io.penstock.caller.flow.Randoms;
import io.penstock.caller.session.Cookies;
import io.penstock.caller.session.Forgery;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;

/** Pages with a form, and forms that only a browser sends that was shown their page. */
@Component
public final class PageForms {

    private static final String COOKIE = "penstock_page";
    private static final String FIELD = "page";

    private final Papers papers;
    private final BrowserCookies cookies;
    private final Forgery forgery;

    PageForms(Papers papers, BrowserCookies cookies, Forgery forgery) {
        this.papers = papers;
        this.cookies = cookies;
        this.forgery = forgery;
    }

    /**
     * A page.
     *
     * @param status of the answer
     * @param terms all that is agreed to by sending its form, and who does
     * @param destinations where the form may lead beside here, as {@code form-action} writes it; empty for nowhere
     * @param page the page's text around what the form has to hold
     */
    public ResponseEntity<Object> shown(
            Request request, int status, String terms, String destinations, UnaryOperator<String> page) {
        String known = browser(request);
        String browser = known == null ? Randoms.next() : known;
        String field = "<input type=\"hidden\" name=\"" + FIELD + "\" value=\"" + papers.paper(terms, browser) + "\">";
        return Pages.withForm(status, destinations)
                .header(
                        HttpHeaders.SET_COOKIE,
                        cookies.cookie(cookies.ofHost(COOKIE), new Secret(browser), Papers.GOOD))
                .body(page.apply(field));
    }

    /**
     * Demands that the form is one that this browser was shown with these terms in the last ten minutes.
     *
     * @param again where it is shown again
     * @throws Refusal {@code ForeignOrigin} or {@code Barred}
     */
    public void demandShown(Request request, MultiValueMap<String, String> form, String terms, String again) {
        if (forgery.suspected(request)) {
            throw new Refusal(new Reason.ForeignOrigin(
                    "Another site may have sent this: open the page here, and continue there"));
        }
        String browser = browser(request);
        List<String> shown = form.getOrDefault(FIELD, List.of());
        if (browser == null || shown.size() != 1 || !papers.wasShown(shown.getFirst(), terms, browser)) {
            throw new Refusal(new Reason.Barred(
                    "This browser was not shown the page of this form to you, or more than ten minutes ago, or it has changed: open "
                            + again + " again"));
        }
    }

    private @Nullable String browser(Request request) {
        List<String> values = Cookies.named(request.headers(), cookies.ofHost(COOKIE));
        return values.size() == 1 && Randoms.FORM.matcher(values.getFirst()).matches() ? values.getFirst() : null;
    }
}
