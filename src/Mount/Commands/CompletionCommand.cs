using System.CommandLine;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge completion</c>: the script by which a shell asks this program what could come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _iomerge() {
            local IFS=$'\n'
            local candidates=$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=($(compgen -W "${candidates}" -- "${COMP_WORDS[COMP_CWORD]}"))
            [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        }
        complete -o default -F _iomerge iomerge
        """;

    private const string Zsh = """
        #compdef iomerge
        _iomerge() {
            local -a candidates
            candidates=("${(@f)$("${words[1]}" "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- ${candidates:#}
            _files
        }
        compdef _iomerge iomerge
        """;

    private const string Fish = """
        function __iomerge_candidates
            set -l line (commandline -cp)
            iomerge "[suggest:"(string length -- $line)"]" $line 2>/dev/null
        end
        complete -c iomerge -a '(__iomerge_candidates)'
        """;

    private static readonly Dictionary<string, string> s_scripts =
        new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        var command = new Command("completion", "Print the completion script of a shell") { shell };
        command.SetAction(result =>
        {
            Console.Out.WriteLine(s_scripts[result.GetRequiredValue(shell)]);
            return ExitCode.Success;
        });
        return command;
    }
}
