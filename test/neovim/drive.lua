-- Does what a user would do, and writes what came of it to standard output: one line of JSON.
local said = {}
local ok, failure = pcall(function()
  vim.cmd('edit orders.svc')
  local buffer = vim.api.nvim_get_current_buf()

  local function lines()
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end

  -- The cursor on what a pattern finds, so many bytes on.
  local function go(pattern, on)
    vim.fn.cursor(1, 1)
    vim.fn.search(pattern, 'cW')
    local at = vim.api.nvim_win_get_cursor(0)
    vim.api.nvim_win_set_cursor(0, { at[1], at[2] + (on or 0) })
    return vim.lsp.util.make_position_params(0, 'utf-16')
  end

  local function ask(method, params)
    for _, answer in pairs(vim.lsp.buf_request_sync(buffer, method, params, 30000) or {}) do
      local failed = answer.err or answer.error -- the latter before 0.8
      if failed then return { error = failed } end
      return answer.result
    end
  end

  local function messages()
    return vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(buffer))
  end

  said.waited = vim.wait(30000, function() return #vim.diagnostic.get(buffer) > 0 end, 20)
  said.diagnostics = messages()

  said.definition = ask('textDocument/definition', go('users.GetUser', 7))
  said.hover = ask('textDocument/hover', go('users.GetUser', 7))
  said.callers = ask('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params() })

  local at = go('rpc Place', 4)
  local range = { start = at.position, ['end'] = at.position }
  local context = { diagnostics = {}, only = { 'weir.generated' } }
  local shown = ask('textDocument/codeAction', { textDocument = at.textDocument, range = range, context = context })
  local client = vim.tbl_keys(vim.lsp.buf_get_clients(buffer))[1]
  vim.lsp.commands[shown[1].command.command](shown[1].command, { client_id = client, bufnr = buffer })
  vim.wait(30000, function() return vim.api.nvim_get_current_buf() ~= buffer end, 20)
  said.generated = { vim.bo.filetype, vim.api.nvim_get_current_line() }
  vim.cmd('bwipeout!')

  go('timeout 800', 0)
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local items = ask('textDocument/completion', go('timeout 800', 11))
  said.completion = vim.tbl_map(function(item) return item.label end, items.items)
  local edits = vim.tbl_map(function(item) return item.textEdit end, { items.items[1] })
  vim.lsp.util.apply_text_edits(edits, buffer, 'utf-16')
  said.completed = lines()[line]
  said.clean = vim.wait(30000, function() return #vim.diagnostic.get(buffer) == 0 end, 20)

  local rename = go('rpc Place', 4)
  rename.newName = 'Order'
  vim.lsp.util.apply_workspace_edit(ask('textDocument/rename', rename), 'utf-16')
  rename.newName = 'no name'
  said.refused = ask('textDocument/rename', rename)

  vim.lsp.util.apply_text_edits(
    ask('textDocument/formatting', vim.lsp.util.make_formatting_params()) or {}, buffer, 'utf-16')
  said.text = table.concat(lines(), '\n')
end)
if not ok then said.failure = tostring(failure) end
io.stdout:write(vim.fn.json_encode(said) .. '\n')
vim.cmd('qall!')
