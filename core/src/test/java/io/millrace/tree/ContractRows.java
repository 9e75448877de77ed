package io.millrace.tree;

/**
 * What each contract says to requests, for stores of files and of other things: the request, {@code
 * METHOD TARGET [BODY]}, and for either contract its status and what is there afterwards. Before it
 * there are the object {@code a} with the text "old" and the folder {@code d}. BODY is "empty",
 * "none" for neither a length nor a coding, or "chunked"; else it is "new".
 */
public final class ContractRows {

    public static final String TEXT = """
            # request           | http | objects then    | article | objects then
            GET /a              | 200  | a=old d         | 200     | a=old d
            HEAD /a             | 200  | a=old d         | 200     | a=old d
            GET /b              | 404  | a=old d         | 404     | a=old d
            GET /d              | 308  | a=old d         | 404     | a=old d
            GET /               | 200  | a=old d         | 404     | a=old d
            GET /a/b            | 404  | a=old d         | 404     | a=old d
            GET /d/             | 200  | a=old d         | 404     | a=old d
            HEAD /d/            | 200  | a=old d         | 404     | a=old d
            HEAD /d             | 308  | a=old d         | 404     | a=old d
            GET /d/b            | 404  | a=old d         | 404     | a=old d
            GET /x/y/z          | 404  | a=old d         | 404     | a=old d
            GET /x/             | 404  | a=old d         | 404     | a=old d
            GET //a             | 308  | a=old d         | 200     | a=old d
            GET /a/             | 308  | a=old d         | 200     | a=old d
            HEAD /a/            | 308  | a=old d         | 200     | a=old d
            GET /./a            | 308  | a=old d         | 404     | a=old d
            GET /a/.            | 308  | a=old d         | 404     | a=old d
            GET /%2e/a          | 308  | a=old d         | 404     | a=old d
            GET /.              | 308  | a=old d         | 400     | a=old d
            GET /x//a           | 308  | a=old d         | 404     | a=old d
            GET //              | 308  | a=old d         | 404     | a=old d
            GET /..             | 400  | a=old d         | 400     | a=old d
            GET /x/../a         | 400  | a=old d         | 404     | a=old d
            GET /x/%2e%2E/a     | 400  | a=old d         | 404     | a=old d
            PUT /a              | 204  | a=new d         | 200     | a=new d
            PUT /a chunked      | 204  | a=new d         | 200     | a=new d
            PUT /b              | 201  | a=old b=new d   | 200     | a=old b=new d
            PUT /b chunked      | 201  | a=old b=new d   | 200     | a=old b=new d
            PUT /a empty        | 204  | a= d            | 304     | a=old d
            PUT /b empty        | 201  | a=old b= d      | 304     | a=old d
            PUT /a none         | 411  | a=old d         | 304     | a=old d
            PUT /b none         | 411  | a=old d         | 304     | a=old d
            PUT /d              | 409  | a=old d         | 500     | a=old d
            PUT /               | 409  | a=old d         | 204     | a=old d
            PUT /a/b            | 409  | a=old d         | 204     | a=old d
            PUT /a/b/c          | 409  | a=old d         | 204     | a=old d
            PUT /a/b empty      | 409  | a=old d         | 204     | a=old d
            PUT /x/y            | 201  | a=old d x x/y=new | 204   | a=old d
            PUT /x/y chunked    | 201  | a=old d x x/y=new | 204   | a=old d
            PUT /x/y empty      | 201  | a=old d x x/y=  | 204     | a=old d
            PUT /d/b            | 201  | a=old d d/b=new | 204     | a=old d
            PUT /d/e/f          | 201  | a=old d d/e d/e/f=new | 204 | a=old d
            PUT /d/ empty       | 204  | a=old d         | 304     | a=old d
            PUT /d/             | 409  | a=old d         | 500     | a=old d
            PUT /d/ chunked     | 409  | a=old d         | 500     | a=old d
            PUT /d/ none        | 411  | a=old d         | 304     | a=old d
            PUT /x/ empty       | 201  | a=old d x       | 304     | a=old d
            PUT /x/y/ empty     | 201  | a=old d x x/y   | 204     | a=old d
            PUT /a/ empty       | 308  | a=old d         | 304     | a=old d
            PUT /a/b/ empty     | 409  | a=old d         | 204     | a=old d
            PUT / empty         | 409  | a=old d         | 204     | a=old d
            PUT /x//y           | 308  | a=old d         | 204     | a=old d
            PUT /x/./y          | 308  | a=old d         | 204     | a=old d
            PUT //a             | 308  | a=old d         | 200     | a=new d
            PUT /a/             | 308  | a=old d         | 200     | a=new d
            PUT /b/             | 409  | a=old d         | 200     | a=old b=new d
            PUT /./b            | 308  | a=old d         | 204     | a=old d
            PUT /..             | 400  | a=old d         | 400     | a=old d
            DELETE /a           | 204  | d               | 200     | d
            DELETE /b           | 404  | a=old d         | 404     | a=old d
            DELETE /d           | 404  | a=old d         | 404     | a=old d
            DELETE /            | 404  | a=old d         | 404     | a=old d
            DELETE /a/b         | 404  | a=old d         | 404     | a=old d
            DELETE /d/          | 204  | a=old           | 404     | a=old d
            DELETE /x/          | 404  | a=old d         | 404     | a=old d
            DELETE /a/b/        | 404  | a=old d         | 404     | a=old d
            DELETE /x/y         | 404  | a=old d         | 404     | a=old d
            DELETE /a/          | 308  | a=old d         | 200     | d
            DELETE //a          | 308  | a=old d         | 200     | d
            OPTIONS /a          | 204  | a=old d         | 404     | a=old d
            OPTIONS *           | 204  | a=old d         | 404     | a=old d
            POST /a             | 405  | a=old d         | 404     | a=old d
            TRACE /a            | 405  | a=old d         | 404     | a=old d
            BREW /a             | 501  | a=old d         | 404     | a=old d
            """;

    private ContractRows() {
    }
}
