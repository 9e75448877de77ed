package io.millrace.route;

import io.millrace.http.RequestHead;
import java.util.List;

/** A request with the parameters of its route. Threads: like the inner request. */
final class RoutedRequest extends WrappedRequest {

    private final List<String> names;
    private final String[] values;

    RoutedRequest(RequestHead request, List<String> names, String[] values) {
        super(request);
        this.names = names;
        this.values = values;
    }

    /** The decoded value of a parameter; null if the route has none of this name. */
    String value(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : values[index];
    }
}
